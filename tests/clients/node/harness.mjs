// What the programs share: the queues, and how they talk to their test, in lines of JSON.
import { createInterface } from "node:readline"

export const PREFETCH = 2

const toRejected = { "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "rejected" }
export const QUEUES = { rejected: {}, orders: toRejected, parked: { ...toRejected, "x-message-ttl": 60_000 } }

function tell(line) {
  process.stdout.write(JSON.stringify(line, (_, value) => (typeof value === "bigint" ? Number(value) : value)) + "\n")
}

// Tells the test of a delivery; what to do with it: "ack", "requeue", "reject" or "hold".
export function saw(queue, body, redelivered, headers) {
  tell({ saw: [queue, Buffer.from(body).toString("base64"), redelivered, headers ?? {}] })
  const text = Buffer.from(body).toString("latin1")
  if (queue !== "orders") return "ack"
  if (text.startsWith("hold")) return "hold"
  if (text === "bad") return "reject"
  return text === "again" && !redelivered ? "requeue" : "ack"
}

// Answers what the test asks until it says that this is all. publish: true for an ack, false for a nack; whyMissing: the
// error's text.
export async function serve({ publish, whyMissing, stop }) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, queue, body] = JSON.parse(line)
    if (what === "publish") tell({ answer: await publish(queue, Buffer.from(body, "base64")) })
    if (what === "missing") tell({ answer: await whyMissing(queue) })
    if (what === "stop") break
  }
  await stop()
  process.exit(0)
}
