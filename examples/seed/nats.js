// Seed "nats", "Usage in k6", with `await`. NATS_URL is the server; something replies to test.request.
import nats from 'k6/Pondigo/nats';

export default async function() {
    // Connect to NATS
    const conn = await nats.connect({
        urls: [__ENV.NATS_URL || 'nats://localhost:4222'],
        reconnectWait: 2,
        maxReconnects: 10
    });

    // Basic messaging
    conn.publish('test.subject', 'hello world');

    // Request/Reply
    const reply = await conn.request('test.request', 'ping', 5000);
    console.log('Reply:', String(reply.data));

    // Subscriptions
    await conn.subscribe('test.sub', '', (msg) => {
        console.log('Received:', String(msg.data));
    });

    // JetStream operations
    const js = nats.jetStream(conn);

    // Create stream
    const streamConfig = nats.streamConfig({
        name: 'TEST_STREAM',
        subjects: ['test.>'],
        retention: 'limits',
        storage: 'file',
        replicas: 1
    });
    await js.addStream(streamConfig);

    // Create consumer
    const consumerConfig = nats.consumerConfig({
        stream: 'TEST_STREAM',
        durable: 'TEST_CONSUMER',
        deliverPolicy: 'all',
        ackPolicy: 'explicit'
    });
    await js.addConsumer('TEST_STREAM', consumerConfig);

    // Publish to JetStream
    await js.publish('test.js', 'Hello JetStream!');

    // Get information
    const streamInfo = await js.getStreamInfo('TEST_STREAM');
    const consumerInfo = await js.getConsumerInfo('TEST_STREAM', 'TEST_CONSUMER');
    const accountInfo = await js.getAccountInfo();

    // Pull consumer
    const sub = await js.pullSubscribe('TEST_STREAM', 'test.>', 'TEST_CONSUMER');
    const messages = await js.pullMessages(sub, 10, 5000);

    console.log(messages.length, streamInfo.state.messages, consumerInfo.name, accountInfo.streams);

    // Cleanup
    await js.deleteConsumer('TEST_STREAM', 'TEST_CONSUMER');
    await js.deleteStream('TEST_STREAM');
    await conn.close();
}
