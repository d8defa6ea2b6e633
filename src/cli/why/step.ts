// One link of the chain between a file and its documents.

export interface Step {
  readonly name:
    | 'exists'
    | 'file'
    | 'pipeline'
    | 'exclude'
    | 'permission'
    | 'age'
    | 'identity'
    | 'offset'
    | 'queue'
    | 'run'
  /** Undefined where it is only said. */
  readonly isOk: boolean | undefined
  readonly says: string
  /** What to do where it is not. */
  readonly advice?: string
}

export const ok = (name: Step['name'], says: string): Step => ({ name, isOk: true, says })
export const note = (name: Step['name'], says: string): Step => ({ name, isOk: undefined, says })
export const wrong = (name: Step['name'], says: string, advice: string): Step => ({ name, isOk: false, says, advice })
