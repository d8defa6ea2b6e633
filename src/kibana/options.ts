// How Kibana is reached, as a person writes it.

import Type, { type Static } from 'typebox'

export const kibanaSchema = Type.Object(
  {
    url: Type.String({
      pattern: '^https?://[^/?#@\\s]+(/[^?#\\s]*)?$',
      patternErrorMessage: 'an address, http or https, with its base path where it has one',
      description: 'Address of Kibana, with its base path where it has one, without credentials.'
    }),
    space: Type.String({
      default: 'default',
      pattern: '^[a-z0-9_-]+$',
      patternErrorMessage: 'lower-case letters, digits, _ and -',
      description: 'Space that dashboards go to. One that is not there is made.'
    }),
    apiKey: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description: 'API key in its encoded form, instead of `username` and `password`.'
      })
    ),
    username: Type.Optional(Type.String({ minLength: 1, description: 'User, with `password`.' })),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        writeOnly: true,
        description: 'Password of `username`; better written as `${NAME}` or `${file:/path}`.'
      })
    ),
    caFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Certificate authority of Kibana as a PEM file; relative paths count from the settings file.'
      })
    ),
    rules: Type.Boolean({
      default: false,
      description: 'Whether `sluice setup` makes rules that alert: of errors, of silence and of dead letters.'
    })
  },
  { description: 'The Kibana that `sluice setup` and `sluice dashboards` bring dashboards to.' }
)
/** How Kibana is reached. */
export type KibanaOptions = Static<typeof kibanaSchema>
