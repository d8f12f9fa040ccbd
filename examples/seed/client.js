// Seed "Client": default transport settings, and making a GET request.
import { Client } from 'k6/x/net/http';

export default async function () {
  const client = new Client();
  const response = await client.get(`${__ENV.TARGET}/get`);
  const jsonData = await response.json();
  console.log(jsonData);
}
