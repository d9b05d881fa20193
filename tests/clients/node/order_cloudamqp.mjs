import { AMQPSession } from "@cloudamqp/amqp-client"

const session = await AMQPSession.connect(process.argv[2])
const orders = await session.queue("orders", { durable: true })
await orders.publish("tea")
await session.stop()
