// How long commands wait for a Kibana that is starting.

import { Option } from 'commander'
import { SluiceError } from '#errors'

export const waitOption = (seconds: number): Option =>
  new Option('--wait <seconds>', 'longest time to wait for Kibana').default(seconds).argParser((text: string) => {
    if (/^\d{1,5}$/.test(text)) return Number(text)
    throw new SluiceError('E_USAGE', `--wait is ${text}; allowed: a whole number of seconds from 0`)
  })
