// Reads a dashboard that a person wrote: everything wrong with it is said at once, by its place.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { SluiceError } from '#errors'
import { type Dashboard, dashboardSchema } from './schema.ts'

/** Compiled when it is first asked for, which takes longer than all else of a start. */
let compiled: ValidateFunction | undefined

/**
 * A dashboard from its JSON, with its defaults.
 * @param name of the file, for messages
 * @throws SluiceError E_KIBANA_DASHBOARD with all that is wrong with it
 */
export function readDashboard(text: string, name: string): Dashboard {
  const value = parsed(text, name)
  compiled ??= compile()
  const validate = compiled
  if (validate(value)) return value as Dashboard
  const problems = new Set((validate.errors ?? []).map(error => `${name}: ${problemText(error)}`))
  throw new SluiceError('E_KIBANA_DASHBOARD', [...problems].join('\n'))
}

function compile(): ValidateFunction {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    strict: true,
    strictRequired: false,
    strictTuples: false
  })
  ajv.addVocabulary(['patternErrorMessage'])
  return ajv.compile(closedSchema())
}

function parsed(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SluiceError('E_KIBANA_DASHBOARD', `${name}: ${(error as Error).message}`)
  }
}

function problemText({ instancePath, message, params }: ErrorObject): string {
  const place = instancePath === '' ? 'the dashboard' : instancePath.slice(1).replaceAll('/', '.')
  const found = params.additionalProperty ?? params.tagValue
  const allowed = params.allowedValues === undefined ? '' : `: ${params.allowedValues.join(', ')}`
  return `${place} ${message}${found === undefined ? '' : ` (${found})`}${allowed}`
}

/** The schema in which objects refuse keys that they do not list. */
function closedSchema(): object {
  return JSON.parse(JSON.stringify(dashboardSchema), (_, node) =>
    node?.properties === undefined ? node : { ...node, additionalProperties: false }
  )
}
