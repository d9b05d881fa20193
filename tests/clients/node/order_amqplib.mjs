import amqplib from "amqplib"

const connection = await amqplib.connect(process.argv[2])
const channel = await connection.createConfirmChannel()
await channel.assertQueue("orders", { durable: true })
channel.sendToQueue("orders", Buffer.from("tea"))
await channel.waitForConfirms()
await connection.close()
