import { AMQPClient, AMQPSession } from "@cloudamqp/amqp-client"
import { PREFETCH, QUEUES, saw, serve } from "./harness.mjs"

const url = process.argv[2]
const session = await AMQPSession.connect(url, { reconnectInterval: 10 })

const queues = {}
for (const [name, args] of Object.entries(QUEUES)) {
  queues[name] = await session.queue(name, { durable: true, arguments: args })
}

function see(queue, message) {
  return saw(queue, message.bodyRaw ?? message.body, message.redelivered, message.properties.headers)
}

await queues.rejected.subscribe({ noAck: true }, (message) => void see("rejected", message))
await queues.orders.subscribe({ prefetch: PREFETCH, manualAck: true }, async (message) => {
  const what = see("orders", message)
  if (what === "ack") await message.ack()
  if (what === "requeue") await message.nack(true)
  if (what === "reject") await message.reject(false)
})

async function publish(queue, body) {
  return queues[queue].publish(body).then(() => true, () => false)
}

async function whyMissing(queue) {
  const connection = await new AMQPClient(url).connect()
  const channel = await connection.channel()
  const told = await channel.queueDeclare(queue, { passive: true }).then(() => "it is there", (error) => error.message)
  await connection.close()
  return told
}

await serve({ publish, whyMissing, stop: () => session.stop() })
