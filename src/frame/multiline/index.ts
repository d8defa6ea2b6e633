// stub
import Type, { type Static } from 'typebox'
export interface Grouping {
  continues(text: string): boolean
}
export const multilineSchema = Type.Object({
  startsWith: Type.Optional(Type.String()),
  maxLines: Type.Integer({ default: 500 }),
  timeoutMs: Type.Integer({ default: 2000 })
})
export type MultilineOptions = Static<typeof multilineSchema>
export const createGrouping = ({ startsWith = '' }: MultilineOptions): (() => Grouping) => {
  const re = new RegExp(startsWith, 'u')
  return () => ({ continues: text => !re.test(text) })
}
