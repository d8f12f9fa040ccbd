// Seed "Events", the first example.
import { Client } from 'k6/x/net/http';

export default async function () {
  const client = new Client();
  client.on('requestToBeSent', event => {
    console.log(event.type);    // 'requestToBeSent'
    const request = event.data;
    request.headers['Cookie'] = 'somecookie=somevalue;'  // overwrites all previously set cookies
    request.body += ' world!';  // the final body will be 'Hello world!'
  });

  await client.post(`${__ENV.TARGET}/post`, { body: 'Hello' });
}
