// What the presets decide where no program of a fixture shows it: blank lines, beginnings in the middle, what cannot be
// told. Groups are written as in the log; a line of dashes stands between two.

import { describe, expect, test } from 'vitest'
import { createGrouping } from '../../../src/frame/multiline/index.ts'
import { type Preset, presets } from './fixtures.ts'
import { grouped } from './grouped.ts'

interface Story {
  readonly preset: Preset
  readonly story: string
  readonly log: string
}

const stories: readonly Story[] = [
  {
    preset: 'python',
    story: 'a blank line after a log line begins nothing, and the traceback behind it stands alone',
    log: `
2026-11-21 02:10:40 INFO started
---

---
Traceback (most recent call last):
  File "/srv/app/shop.py", line 3, in <module>
    1 / 0
ZeroDivisionError: division by zero`
  },
  {
    preset: 'python',
    story:
      'a traceback alone takes the indented lines of its message, for others cannot be told from what is printed next',
    log: `
Traceback (most recent call last):
  File "/srv/app/shop.py", line 3, in <module>
    raise ValueError(text)
ValueError: no stock of
  sku 1
---
customer 7 was told
---
Listening on 8000`
  },
  {
    preset: 'python',
    story: 'a log line may end in the first line of a traceback',
    log: `
ERROR:shop:Traceback (most recent call last):
  File "/srv/app/shop.py", line 3, in <module>
KeyError: 'sku'
---
INFO:shop:went on`
  },
  {
    preset: 'python',
    story: 'a traceback whose beginning was read before is one group up to its end',
    log: `
    return price(order)
  File "/srv/app/shop.py", line 16, in price
    return order["price"]
KeyError: 'price'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app/shop.py", line 23, in load
OrderError: order 42
---
2026-11-21 02:10:40 INFO went on`
  },
  {
    preset: 'python',
    story: 'a table is no tree of exceptions',
    log: `
2026-11-21 02:10:40 INFO stock
---
  | sku | count |
  | 1   | 3     |
---
Listening on 8000`
  },
  {
    preset: 'java',
    story: 'a message goes on to the frames, through blank lines and brackets that stand in it',
    log: `
2026-11-21 02:10:40 ERROR [main] Shop - failed
org.hibernate.HibernateException: could not execute

[42] SELECT *
	at org.hibernate.Foo.bar(Foo.java:1)
	at com.example.Shop.main(Shop.java:9)
---
2026-11-21 02:10:41 INFO  [main] Shop - went on`
  },
  {
    preset: 'java',
    story: 'an exception without frames ends at the next log line',
    log: `
2026-11-21 02:10:40 WARN [main] Shop - slow
java.net.SocketTimeoutException: Read timed out
---
2026-11-21 02:10:41 INFO [main] Shop - went on`
  },
  {
    preset: 'java',
    story: 'frames whose beginning was read before are one group',
    log: `
	at com.example.Shop.main(Shop.java:9)
Caused by: java.io.IOException: broken pipe
	... 3 more
---
[main] INFO Shop - went on`
  },
  {
    preset: 'java',
    story: 'a line of a level belongs to the date that java.util.logging writes above it, and to nothing else',
    log: `
Nov 21, 2026 2:12:57 AM com.example.Shop main
INFO: loading
---
INFO: alone`
  },
  {
    preset: 'java',
    story: 'a date as java.util.logging has it may stand before an exception too',
    log: `
Nov 20, 2026 3:23:29 PM com.example.MakeLog: RuntimeException: no stock
  at com.example.Shop.load(Shop.java:50)
---
Nov 20, 2026 3:23:30 PM com.example.MakeLog: went on`
  },
  {
    preset: 'java',
    story: 'a trace that Tomcat indents as a whole belongs to its line',
    log: `
20-Nov-2026 11:44:31.277 SEVERE [main] org.apache.catalina.util.LifecycleBase.init Failed to initialize [Connector]
	org.apache.catalina.LifecycleException: Protocol handler initialization failed
		at org.apache.catalina.connector.Connector.initInternal(Connector.java:1042)
	Caused by: java.net.BindException: Address already in use
		at sun.nio.ch.Net.bind0(Native Method)
		... 13 more
---
20-Nov-2026 11:44:32.277 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [40] ms`
  },
  {
    preset: 'node',
    story: 'of an error alone the message is its first line, unless that ends in a colon',
    log: `
Error: cannot listen:
is the port in use?
    at Server.listen (/srv/app/server.js:3:9)
---
Error: cannot listen
---
is the port in use?
---
Server started`
  },
  {
    preset: 'node',
    story: 'an object that a log line leaves open belongs to it',
    log: `
2026-11-21T02:10:40.101Z INFO settings {
  port: 8080,
  hosts: [
    'a'
  ]
}
---
Server started`
  },
  {
    preset: 'node',
    story: 'an error on the line after a log line belongs to it',
    log: `
[Nest] 7  - 11/21/2026, 2:10:40 AM   ERROR [ExceptionsHandler] no stock
Error: no stock
    at Shop.load (/srv/app/dist/shop.js:3:9)
---
[Nest] 7  - 11/21/2026, 2:10:41 AM     LOG [Shop] went on`
  },
  {
    preset: 'go',
    story: 'a panic is not of the log line before it, and ends where no goroutine follows its blank line',
    log: `
2026/11/21 02:16:58 started
---
panic: no stock [recovered]
	panic: no stock

goroutine 1 [running]:
main.main()
	/srv/app/main.go:8 +0x1d

---
Listening on 8000`
  },
  {
    preset: 'dotnet',
    story: 'frames are known in other languages too',
    log: `
2026-11-21 02:18:14 [ERR] Bestellung 42
System.InvalidOperationException: Kein Bestand. ---> System.IO.IOException: Leitung unterbrochen
   bei Shop.Program.Load(Int32 id) in C:\\app\\Program.cs:Zeile 6.
   --- Ende der internen Ausnahmestapelüberwachung ---
   bei Shop.Program.Main(String[] args)
---
2026-11-21 02:18:15 [ERR] 주문 42
System.InvalidOperationException: 재고가 없습니다.
   위치: Shop.Program.Load(Int32 id) 파일 C:\\app\\Program.cs:줄 6
---
2026-11-21 02:18:16 [INF] weiter`
  },
  {
    preset: 'dotnet',
    story: 'records of the console logger have all their lines, also with a time in front',
    log: `
10:00:01 info: Microsoft.Hosting.Lifetime[14]
      Now listening on: http://localhost:5000
---
10:00:02 fail: Shop.Orders[0]
      => RequestId:1
      order 42 failed
      System.InvalidOperationException: no stock
         at Shop.Orders.Load(Int32 id) in /srv/app/Orders.cs:line 6
---
10:00:03 info: Shop.Orders[0]
      went on`
  },
  {
    preset: 'rust',
    story: 'a panic as it was written before 1.73, and one within another, each on its own',
    log: `
INFO shop > started
---
thread 'main' panicked at 'no stock
of order 42', src/main.rs:4:5
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
---
thread '<unnamed>' panicked at 'again', src/main.rs:9:5
stack backtrace:
   0:     0x55d6b4f3 - std::panicking::begin_panic::h5a
                               at /rustc/90b35a6/library/std/src/panicking.rs:616:12
thread panicked while panicking. aborting.
---
ready on 8000`
  },
  {
    preset: 'rust',
    story: 'the places and spans that tracing writes below its lines, and the blank line between them on its own',
    log: `
  2026-11-20T14:11:52.915Z  INFO shop::api: in a span
    at src/main.rs:11
    in shop::order with id: 5
    in shop::request
---

---
  2026-11-20T14:11:53.915Z  INFO shop::api: went on
    at src/main.rs:12`
  },
  {
    preset: 'rust',
    story: 'what an assertion shows of a difference, with blank lines between',
    log: `
thread 'main' (7) panicked at src/main.rs:8:20:
assertion failed: \`(left == right)\`

Diff < left / right > :
 [
<    2,
>    3,
 ]


note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
---
test result: FAILED. 0 passed; 1 failed`
  },
  {
    preset: 'rust',
    story: 'a note, or causes, that follow no error stand on their own',
    log: `
2026-11-20T14:11:52Z INFO shop: built
---
note: 2 warnings
---
2026-11-20T14:11:53Z ERROR shop: load failed

Caused by:
    no stock

Location:
    src/main.rs:4
---
2026-11-20T14:11:54Z INFO shop: went on`
  },
  {
    preset: 'ruby',
    story: 'a message goes on to the frames, and a cause to its own',
    log: `
shop.rb:8:in 'Shop.load': order 42 (OrderError)
is broken
	from shop.rb:20:in '<main>'
shop.rb:4:in 'Shop.price': no price (NoMethodError)
	from shop.rb:20:in '<main>'
---
#<Thread:0x00007f2e2b136db0 shop.rb:33 run> terminated with exception (report_on_exception is true):
shop.rb:8:in 'Shop.load': order 42 is broken (OrderError)
	from shop.rb:20:in '<main>'`
  },
  {
    preset: 'php',
    story: 'a trace that a log line ends in belongs to it, and what is thrown next does not',
    log: `
[21-Nov-2026 02:17:19 UTC] failed: no stock
#0 /srv/app/shop.php(18): checkout()
#1 {main}
---
PHP Fatal error:  Uncaught Exception: no
stock in /srv/app/shop.php:3
Stack trace:
#0 {main}
  thrown in /srv/app/shop.php on line 3
---

---
ready to handle connections`
  }
]

test.each(stories)('$preset: $story', ({ preset, log }) => {
  const groups = log
    .slice(1)
    .split('\n---\n')
    .map(group => group.split('\n'))
  expect(grouped(createGrouping({ preset })(), groups.flat())).toEqual(groups)
})

describe('lines built to be hard to tell', () => {
  const long = (part: string, end = ''): string => part.repeat(262_144 / part.length) + end
  test.each(presets)('%s tells them in passing', preset => {
    const grouping = createGrouping({ preset })()
    const parts = [
      'a',
      'a.',
      'A::',
      ' ',
      '\t',
      '(',
      '[a] ',
      "x:1:in '",
      ' /a',
      ' --- [',
      '] a ',
      '1',
      'Exception',
      '{',
      'é.'
    ]
    for (const part of parts) {
      grouping.continues('failed: Error: x')
      grouping.continues(long(part, '!'))
      grouping.continues(long(part, ':'))
      grouping.continues(long(part, '.js:1'))
      grouping.continues(long(part, "'"))
      grouping.continues(long(part, '):'))
      grouping.continues(long(part, ')'))
      grouping.continues(long(part, ']'))
    }
  })
})
