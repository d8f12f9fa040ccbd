/* Sends back every packet as it came. */
#include "contract.h"

u64 handle_body(u8 *packet, u32 size) {
  return response(packet, size);
}
