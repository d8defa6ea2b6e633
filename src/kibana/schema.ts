// A dashboard as a person writes it: a title and panels of few words. What Kibana needs beyond that is made from it, and
// nothing stands in the model that Kibana 8.15 could not show.

import Type, { type Static, type TSchema } from 'typebox'

const kql = (description: string) => Type.String({ minLength: 1, description })
const label = Type.Optional(
  Type.String({ minLength: 1, description: 'What Kibana calls it; made from the field else.' })
)
const format = Type.Optional(
  Type.Enum(['number', 'bytes', 'percent'], {
    description: "How numbers read, where the field's own format does not do."
  })
)
const field = (description: string) => Type.String({ minLength: 1, description })
const filter = Type.Optional(kql('Only records that match this KQL count.'))

/** Alternatives told by one key, so that what is wrong is told of the one that was meant. */
const oneOf = <Schemas extends TSchema[]>(schemas: [...Schemas], propertyName: string, description: string) =>
  Type.Unsafe<Static<Schemas[number]>>({ type: 'object', discriminator: { propertyName }, oneOf: schemas, description })

const measureSchema = oneOf(
  [
    Type.Object({ of: Type.Literal('count'), label, filter, format }, { description: 'Number of records.' }),
    Type.Object(
      {
        of: Type.Enum(['unique', 'sum', 'average', 'min', 'max', 'median']),
        field: field('The field it is taken of.'),
        label,
        filter,
        format
      },
      { description: 'A figure of one field.' }
    ),
    Type.Object(
      {
        of: Type.Literal('percentile'),
        field: field('A number.'),
        percent: Type.Integer({ minimum: 1, maximum: 99, description: 'Share of records that lie below it.' }),
        label,
        filter,
        format
      },
      { description: 'A percentile of a number.' }
    ),
    Type.Object(
      { of: Type.Literal('last'), field: field('The field whose latest value is shown.'), label, format },
      { description: 'The latest value that is there.' }
    ),
    Type.Object(
      { of: Type.Literal('rate'), field: field('A counter, which only grows or begins again at 0.'), label, format },
      { description: 'Growth of a counter per second; over time only.' }
    ),
    Type.Object(
      { of: Type.Literal('ratio'), filter: kql('The part whose share of all records is shown.'), label },
      { description: 'Share of the records that match.' }
    )
  ],
  'of',
  'What is counted or measured.'
)
/** What a panel counts or measures. */
export type Measure = Static<typeof measureSchema>

const splitSchema = Type.Union(
  [
    Type.Object(
      {
        fields: Type.Array(field('A field.'), {
          minItems: 1,
          maxItems: 3,
          description: 'Fields whose values are told apart.'
        }),
        size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Most values shown; 10 else.' })),
        label
      },
      { description: 'The values with most of the first measure.' }
    ),
    Type.Object(
      {
        filters: Type.Array(Type.Object({ label: Type.String({ minLength: 1 }), filter: kql('What belongs to it.') }), {
          minItems: 1,
          description: 'Groups by name.'
        }),
        label
      },
      { description: 'Groups that are given by KQL.' }
    )
  ],
  { description: 'What records are told apart by.' }
)
/** What a panel tells records apart by. */
export type Split = Static<typeof splitSchema>

const common = {
  title: Type.String({ minLength: 1, description: 'Heading, which no other panel of the dashboard has.' }),
  size: Type.Tuple([Type.Integer({ minimum: 4, maximum: 48 }), Type.Integer({ minimum: 3, maximum: 60 })], {
    description: 'Width in columns, of which a row has 48, and height in rows of 20 pixels.'
  })
}
const measures = Type.Array(measureSchema, { minItems: 1, description: 'What is shown.' })

const panelSchema = oneOf(
  [
    Type.Object(
      { show: Type.Literal('number'), ...common, measure: measureSchema, filter },
      { description: 'One figure.' }
    ),
    Type.Object(
      {
        show: Type.Enum(['bars', 'lines', 'areas']),
        ...common,
        measures,
        split: Type.Optional(splitSchema),
        filter
      },
      { description: 'Figures over time; bars and areas are stacked.' }
    ),
    Type.Object(
      { show: Type.Literal('table'), ...common, splits: Type.Array(splitSchema, { minItems: 1 }), measures, filter },
      { description: 'A row for each value, the largest first.' }
    ),
    Type.Object(
      { show: Type.Literal('shares'), ...common, split: splitSchema, measure: measureSchema, filter },
      { description: 'A ring of shares.' }
    ),
    Type.Object(
      {
        show: Type.Literal('records'),
        ...common,
        columns: Type.Array(field('A field.'), { minItems: 1, description: 'Fields shown beside the time.' }),
        filter
      },
      { description: 'The records themselves, the newest first.' }
    ),
    Type.Object(
      { show: Type.Literal('text'), ...common, text: Type.String({ minLength: 1, description: 'Markdown.' }) },
      { description: 'A text.' }
    ),
    Type.Object({ show: Type.Literal('links'), ...common }, { description: 'Ways to the other dashboards.' })
  ],
  'show',
  'One panel.'
)
/** One panel. */
export type Panel = Static<typeof panelSchema>

export const dashboardSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find the schema of this file.' })),
    id: Type.String({
      pattern: '^[a-z][a-z0-9-]*$',
      patternErrorMessage: 'lower-case letters, digits and hyphens',
      description: 'Id in Kibana, by which it is found again.'
    }),
    title: Type.String({ minLength: 1, description: 'Title in Kibana.' }),
    description: Type.String({ description: 'What it is for, in a sentence.' }),
    dataView: Type.Enum(['logs', 'health'], {
      default: 'logs',
      description: "All logs, or the documents on Sluice's own state."
    }),
    filter: Type.Optional(kql('What the whole dashboard is about.')),
    since: Type.String({
      pattern: '^[1-9][0-9]*[mhdw]$',
      patternErrorMessage: 'a number and m, h, d or w',
      default: '24h',
      description: 'Time that is shown when it is opened.'
    }),
    controls: Type.Array(Type.Object({ field: field('A field.'), title: Type.String({ minLength: 1 }) }), {
      default: [],
      description: 'Fields that can be chosen from above the panels.'
    }),
    fields: Type.Optional(
      Type.Record(Type.String({ minLength: 1 }), Type.Enum(['keyword', 'long', 'double', 'date', 'ip', 'boolean']), {
        description: 'Types of fields that no pipeline declares, such as those of JSON lines.'
      })
    ),
    panels: Type.Array(panelSchema, { minItems: 1, maxItems: 50, description: 'From left to right, row by row.' })
  },
  { title: 'Sluice dashboard', description: 'What Kibana shows, from which its saved objects are made.' }
)
/** A dashboard with its defaults filled in. */
export type Dashboard = Static<typeof dashboardSchema>
