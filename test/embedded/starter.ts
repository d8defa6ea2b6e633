// A program that starts a server and waits to be killed: what it is to start comes as JSON in its argument, the module and
// the function that start it before. It tells the server's address on standard output.
const [module = '', start = '', options = '{}'] = process.argv.slice(2)
const started = await (await import(module))[start](JSON.parse(options))
console.log(JSON.stringify(started ?? null))
setInterval(() => undefined, 60_000)
