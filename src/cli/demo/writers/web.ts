// Plays nginx: writes an access log in pieces that end anywhere within a line, as its buffer does.

import { closeSync, openSync, writeSync } from 'node:fs'
import { accessLine } from './access-line.ts'
import { runProgram } from './program.ts'

runProgram(file => {
  let descriptor = openSync(file, 'a')
  /** It begins with what the last piece has left of a line. */
  let held = Buffer.alloc(0)

  function put(length: number): void {
    writeSync(descriptor, held, 0, length)
    held = held.subarray(length)
  }

  return {
    write(serial) {
      held = Buffer.concat([held, Buffer.from(accessLine(serial, new Date()))])
    },
    flush: () => put(Math.floor(held.length * Math.random())),
    reopen() {
      put(held.length)
      closeSync(descriptor)
      descriptor = openSync(file, 'a')
    },
    end() {
      put(held.length)
      closeSync(descriptor)
    }
  }
})
