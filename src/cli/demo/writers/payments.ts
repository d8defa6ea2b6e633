// A payment service that logs JSON through pino, which holds back some kilobytes and opens its file anew on demand.

import pino from 'pino'
import { pick, runProgram } from './program.ts'

const HELD_BYTES = 4_096
const METHODS = ['카드', '계좌이체', '간편결제', 'card']

class InsufficientFunds extends Error {}
class CardExpired extends Error {}
class GatewayTimeout extends Error {}

const FAULTS: readonly ((payment: string) => Error)[] = [
  payment => new InsufficientFunds(`${payment}: 잔액이 부족합니다`),
  payment => new CardExpired(`${payment}: the card has expired`),
  payment => new GatewayTimeout(`${payment}: no answer from the bank within 3000 ms`)
]

runProgram(file => {
  const destination = pino.destination({ dest: file, minLength: HELD_BYTES, sync: true })
  const log = pino(destination)
  return {
    write(serial) {
      const payment = { amount: 1_000 * Math.ceil(90 * Math.random()), method: pick(METHODS) }
      const name = `결제 #${serial}`
      const chance = Math.random()
      if (chance < 0.02) log.error({ ...payment, err: pick(FAULTS)(name) }, `${name} 실패`)
      else if (chance < 0.05) log.warn(payment, `${name} 지연: second attempt`)
      else log.info(payment, `${name} 승인`)
    },
    reopen() {
      destination.flushSync()
      destination.reopen()
    },
    end() {
      destination.flushSync()
      destination.end()
    }
  }
})
