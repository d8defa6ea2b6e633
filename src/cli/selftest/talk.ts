// Questions to a process of the self-test and its answers, over the channel between them. One that has lost its parent ends.

import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { type Child, startChild } from '../rehearsal/child.ts'
import { nodeProgram } from '../rehearsal/node-program.ts'

interface Question<Asked> {
  readonly id: number
  readonly asked: Asked
}

/** A program of this folder as a process, and how it is asked. */
export interface Partner<Asked, Answered> {
  /** Rejects where the process is gone. */
  ask(asked: Asked): Promise<Answered>
  kill(): Promise<void>
}

/** Starts a program that calls `answerQuestions`. */
export function startPartner<Asked, Answered>(
  program: string,
  args: readonly string[],
  { name, onFailure }: { readonly name: string; readonly onFailure: (error: Error) => void }
): Partner<Asked, Answered> {
  const [command, ...first] = nodeProgram(join(import.meta.dirname), program)
  const child: Child = startChild([command, ...first, ...args], {
    name,
    onFailure,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  const waiting = new Map<number, { resolve: (answer: Answered) => void; reject: (error: Error) => void }>()
  let count = 0
  child.process.on('message', ({ id, answer }: { id: number; answer: Answered }) => {
    waiting.get(id)?.resolve(answer)
    waiting.delete(id)
  })
  child.process.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} is gone`))
  })
  return {
    ask: asked =>
      new Promise((resolve, reject) => {
        count += 1
        const question: Question<Asked> = { id: count, asked }
        waiting.set(question.id, { resolve, reject })
        child.process.send(question, error => {
          if (error !== null) reject(new Error(`${name} is gone`, { cause: error }))
        })
      }),
    kill: () => child.end((process: ChildProcess) => process.kill('SIGKILL'))
  }
}

/** Answers all questions, one after the other. */
export function answerQuestions<Asked, Answered>(answer: (asked: Asked) => Answered | Promise<Answered>): void {
  let last: Promise<unknown> = Promise.resolve()
  process.on('message', ({ id, asked }: Question<Asked>) => {
    last = last.then(async () => process.send?.({ id, answer: await answer(asked) }))
  })
  process.once('disconnect', () => process.exit())
}
