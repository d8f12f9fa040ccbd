// Seed "Data streaming".
import { open } from 'k6/x/file';
import { Client } from 'k6/x/net/http';

// Will need supporting await in init context
const file = await open('./logo.svg');  // by default assumes 'read'

export default async function () {
  const client = new Client();
  await client.post(`${__ENV.TARGET}/post`, { body: file.readable });
}
