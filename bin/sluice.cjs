#!/usr/bin/env node
// The command `sluice`. A clone runs its sources as they stand; the published package, which has none, runs `dist/`.
'use strict'

const fs = require('fs')
const path = require('path')

const root = path.join(__dirname, '..')
const source = path.join(root, 'src', 'cli', 'main.ts')
const args = process.argv.slice(2)

require('./node.cjs').run(
  fs.existsSync(source)
    ? ['--conditions=source', source].concat(args)
    : [path.join(root, 'dist', 'cli', 'main.js')].concat(args))
