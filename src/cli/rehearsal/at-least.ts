// Numbers on the command line that have a least value.

import { InvalidArgumentError } from 'commander'

/** Reads an option's number; what is none, or less, is wrong usage. */
export function atLeast(least: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (Number.isFinite(value) && value >= least) return value
    throw new InvalidArgumentError(`It is a number of ${least} or more.`)
  }
}
