/** The interface of the blaster, as xk6-wrpc has it. */
export const BLASTER_WIT = `
package xk6:wrpc@0.0.1;

interface blaster {
  record packet {
    id: string,
    payload: list<u8>,
    mem-burn-mb: u64,
    cpu-burn-ms: u64,
    wait-ms: u64,
  }
  blast: func(packet: packet);
}
`;
