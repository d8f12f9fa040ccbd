declare const __ENV: Record<string, string>;
declare const __VU: number;
declare const __ITER: number;

const who = () => `${__ENV["WHO"]} ${__ENV["BASE"]} ${__VU}`;
const atInit = who();

export function setup() {
  console.log(`setup ${who()}`);
}

export function tell() {
  if (atInit !== who()) throw new Error(`at init it was ${atInit}`);
  console.log(`iteration ${who()} ${__ITER}`);
}
