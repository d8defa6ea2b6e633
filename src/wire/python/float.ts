// Doubles as Python writes them: the shortest digits that read back as the same, as JavaScript finds them too, with an
// exponent from 1e16 on and below 1e-4, and the conversions e, f and g of `%` formatting.

/** `repr()` of a float. See float_repr_style of CPython's sys. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return special(value)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [digits = '0', power = '0'] = Math.abs(value).toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) return `${sign}${digits}${exponentText(exponent)}`
  const plain = positional(digits.replace('.', ''), exponent)
  return sign + (plain.includes('.') ? plain : `${plain}.0`)
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** `d.ddd` times ten to the exponent, without one. */
function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0')
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}

/** JavaScript's own limit for digits of a fraction; Python has none, but a double has no more than 767. */
const MAX_PRECISION = 100

/** The amount of a number by `e`, `f` or `g`, without its sign; undefined for a precision beyond 100. */
export function floatFormat(
  value: number,
  type: 'e' | 'f' | 'g',
  precision: number,
  isAlternate: boolean
): string | undefined {
  if (!Number.isFinite(value)) return special(Math.abs(value))
  if (precision > MAX_PRECISION) return undefined
  const amount = Math.abs(value)
  if (type === 'g') return general(amount, Math.max(precision, 1), isAlternate)
  const text = type === 'e' ? scientific(amount, precision) : fixed(amount, precision)
  return isAlternate && precision === 0 ? text.replace(/^\d+/, '$&.') : text
}

function scientific(amount: number, precision: number): string {
  const [digits = '0', power = '0'] = toEven(digits => amount.toExponential(digits), precision).split('e')
  return digits + exponentText(Number(power))
}

/** What stands just between two is rounded to the even one, as Python does; JavaScript takes the larger. */
function toEven(write: (precision: number) => string, precision: number): string {
  const [, whole = '', fraction = '', exponent = ''] = /^(\d+)\.(\d+)(.*)$/.exec(write(MAX_PRECISION)) ?? []
  const kept = fraction.slice(0, precision)
  const isEven = Number((whole + kept).at(-1)) % 2 === 0
  if (!isEven || !/^50*$/.test(fraction.slice(precision))) return write(precision)
  return whole + (kept && `.${kept}`) + exponent
}

/** `toFixed` goes over to exponents at 1e21, where doubles are whole. */
function fixed(amount: number, precision: number): string {
  if (amount < 1e21) return toEven(digits => amount.toFixed(digits), precision)
  return BigInt(amount).toString() + (precision === 0 ? '' : `.${'0'.repeat(precision)}`)
}

function general(amount: number, precision: number, isAlternate: boolean): string {
  const [digits = '0', power = '0'] = toEven(digits => amount.toExponential(digits), precision - 1).split('e')
  const exponent = Number(power)
  const isScientific = exponent < -4 || exponent >= precision
  const text = isScientific ? digits : positional(digits.replace('.', ''), exponent)
  const isPointed = text.includes('.')
  const kept = isAlternate ? (isPointed ? text : `${text}.`) : isPointed ? text.replace(/\.?0+$/, '') : text
  return isScientific ? kept + exponentText(exponent) : kept
}
