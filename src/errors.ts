// All the errors that Sluice throws on purpose, by code. What happens to one record is a value and never thrown.

export type ErrorCode =
  | 'E_USAGE'
  | 'E_CONFIG'
  | 'E_PARSE_PATTERN'
  | 'E_PARSE_OPTION'
  | 'E_ENRICH_CONDITION'
  | 'E_ENRICH_OPTION'
  | 'E_STATE_LOCKED'
  | 'E_STATE_VERSION'
  | 'E_STATE_OPEN'
  | 'E_STATE_WRITE'
  | 'E_EMBEDDED_NO_JAVA'
  | 'E_EMBEDDED_NO_MAVEN'
  | 'E_EMBEDDED_DOWNLOAD'
  | 'E_EMBEDDED_CHECKSUM'
  | 'E_EMBEDDED_START'
  | 'E_EMBEDDED_NO_DOCKER'
  | 'E_EMBEDDED_UNREACHABLE'
  | 'E_EMBEDDED_NONE'
  | 'E_BULK_SETUP'
  | 'E_BULK_HELD'
  | 'E_BULK_VERIFY'
  | 'E_TELEMETRY_ADDRESS'
  | 'E_KIBANA_KQL'
  | 'E_KIBANA_DASHBOARD'
  | 'E_KIBANA_UNREACHABLE'
  | 'E_KIBANA_PUSH'
  | 'E_SOURCE_LISTEN'
  | 'E_PIPELINE_THREAD'

/** A broken promise or a mistake that a person can mend; `context` names what was found and what was allowed. */
export class SluiceError extends Error {
  override readonly name = 'SluiceError'
  readonly code: ErrorCode
  readonly context: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; context?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.context = options.context ?? {}
  }
}
