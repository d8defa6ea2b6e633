// Reads Prometheus' text format 0.0.4 as its documentation has it ("Exposition formats"), and refuses what is not that.

export interface Family {
  readonly type: string
  readonly help: string
  /** Values by name and labels as `name{a="b"}`, labels in the order of the text. */
  readonly samples: Map<string, number>
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const LABELS = /^[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*")*$/

/** All families by name. Throws at the first line that does not belong where it stands. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, Family>()
  let help: readonly [string, string] | undefined
  let current: readonly [string, Family] | undefined
  for (const line of text.split('\n')) {
    if (line === '') continue
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (word === 'HELP') help = [name, rest]
    else if (word === 'TYPE') {
      if (!NAME.test(name) || help?.[0] !== name) throw new Error(`no HELP right before: ${line}`)
      if (!/^(counter|gauge|histogram|summary|untyped)$/.test(rest)) throw new Error(`no type: ${line}`)
      if (families.has(name)) throw new Error(`twice: ${line}`)
      current = [name, { type: rest, help: help[1], samples: new Map() }]
      families.set(...current)
    } else addSample(line, current)
  }
  for (const [name, family] of families) checkFamily(name, family)
  return families
}

function addSample(line: string, current: readonly [string, Family] | undefined): void {
  const [, name, labels, value = ''] = SAMPLE.exec(line) ?? []
  if (name === undefined || current === undefined) throw new Error(`no sample: ${line}`)
  const [family, { type, samples }] = current
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
  if (!suffixes.some(suffix => name === family + suffix)) throw new Error(`not of ${family}: ${line}`)
  if (labels !== undefined && !LABELS.test(labels)) throw new Error(`no labels: ${line}`)
  if (!/^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/.test(value)) throw new Error(`no number: ${line}`)
  const key = labels === undefined ? name : `${name}{${labels}}`
  if (samples.has(key)) throw new Error(`twice: ${line}`)
  samples.set(key, Number(value.replace('Inf', 'Infinity')))
}

function checkFamily(name: string, { type, samples }: Family): void {
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`a counter without _total: ${name}`)
  if (type !== 'counter' && name.endsWith('_total')) throw new Error(`no counter, but _total: ${name}`)
  if (type === 'counter' && [...samples.values()].some(value => value < 0)) throw new Error(`below 0: ${name}`)
  if (type === 'histogram') checkBuckets(name, samples)
}

/** Buckets grow, and the last one holds them all. */
function checkBuckets(name: string, samples: ReadonlyMap<string, number>): void {
  let last = 0
  for (const [key, value] of samples) {
    if (!key.startsWith(`${name}_bucket`)) {
      last = 0
      continue
    }
    if (value < last) throw new Error(`a bucket that shrinks: ${key}`)
    last = value
    const [, others] = /\{le="\+Inf",?(.*)\}$/.exec(key) ?? []
    if (others === undefined) continue
    const count = samples.get(`${name}_count${others === '' ? '' : `{${others}}`}`)
    if (count !== value) throw new Error(`${key} is ${value}, and its count ${count}`)
    last = 0
  }
}
