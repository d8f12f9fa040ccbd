// Seed "Events", the third example.
import { Client } from 'k6/x/net/http';

export default async function () {
  const client = new Client();
  await client.get(`${__ENV.TARGET}/get`, {
    eventHandlers: {
      'responseReceived': event => {
        const response = event.data;
        console.log(response.status);
      }
    }
  });
}
