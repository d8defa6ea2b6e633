// Sleep that can be ended early.

export interface Alarm {
  /** Resolves after so many milliseconds, or when it rings. */
  sleep(ms: number): Promise<void>
  ring(): void
}

export function createAlarm(): Alarm {
  let ring = () => {}
  return {
    sleep(ms) {
      return new Promise(resolve => {
        const timer = setTimeout(resolve, ms)
        ring = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
    ring: () => ring()
  }
}
