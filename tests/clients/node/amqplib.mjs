import amqplib from "amqplib"
import { PREFETCH, QUEUES, saw, serve } from "./harness.mjs"

const url = process.argv[2]

async function setup(connection) {
  const channel = await connection.createChannel()
  for (const [name, args] of Object.entries(QUEUES)) await channel.assertQueue(name, { durable: true, arguments: args })
  await channel.prefetch(PREFETCH)
  await channel.consume("rejected", (message) => see("rejected", message), { noAck: true })
  await channel.consume("orders", (message) => onOrder(channel, message))
}

function see(queue, { content, fields, properties }) {
  return saw(queue, content, fields.redelivered, properties.headers)
}

function onOrder(channel, message) {
  const what = see("orders", message)
  if (what === "ack") channel.ack(message)
  if (what === "requeue") channel.nack(message, false, true)
  if (what === "reject") channel.reject(message, false)
}

const connection = await amqplib.connect(url, { recovery: { initialDelay: 10, setup } })
connection.on("error", (error) => console.error(error.message))

async function publish(queue, body) {
  const channel = await connection.createConfirmChannel()
  channel.sendToQueue(queue, body)
  try {
    await channel.waitForConfirms()
    return true
  } catch {
    return false
  } finally {
    await channel.close()
  }
}

async function whyMissing(queue) {
  const channel = await connection.createChannel()
  channel.on("error", () => {})
  return channel.checkQueue(queue).then(() => "it is there", (error) => error.message)
}

await serve({ publish, whyMissing, stop: () => connection.close() })
