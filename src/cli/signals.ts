// What ends a command from outside: the signals of a terminal and of a supervisor, and the end of the launcher that
// started it.

/** Calls back at the first signal; a second one ends the process at once. */
export function onStopSignal(callback: (signal: string) => void): () => void {
  let isStopping = false
  const stop = (signal: string) => {
    if (isStopping) process.exit(1)
    isStopping = true
    callback(signal)
  }
  const orphaned = () => stop('end of the launcher')
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', orphaned)
  // Listening for the launcher's end must not put off our own.
  process.channel?.unref()
  return () => {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('disconnect', orphaned)
  }
}
