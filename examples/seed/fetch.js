// Seed "Fetch API".
import { fetch } from 'k6/x/net/http';

export default async function () {
  await fetch(`${__ENV.TARGET}/get`);
  await fetch(`${__ENV.TARGET}/post`, {
    // Supports the same options as Client.request()
    method: 'POST',
    headers: { 'User-Agent': 'k6' },
    json: { name: 'k6' },
  });
}
