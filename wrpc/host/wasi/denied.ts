import { WasiFailure } from "./_fail.ts";

/**
 * What is not granted: files and the network. The functions that a component looks around with say
 * that there is nothing; all others throw, which traps.
 */
export function denied() {
  const files = {
    "wasi:filesystem/preopens": { getDirectories: () => [] },
    "wasi:filesystem/types": {
      Descriptor: class Descriptor {},
      DirectoryEntryStream: class DirectoryEntryStream {},
      filesystemErrorCode: () => undefined,
    },
  };
  const refuse = () => {
    throw new WasiFailure("access-denied");
  };
  class Network {}
  const sockets = {
    "wasi:sockets/network": { Network },
    "wasi:sockets/instance-network": { instanceNetwork: () => new Network() },
    "wasi:sockets/tcp": { TcpSocket: class TcpSocket {} },
    "wasi:sockets/tcp-create-socket": { createTcpSocket: refuse },
    "wasi:sockets/udp": {
      UdpSocket: class UdpSocket {},
      IncomingDatagramStream: class IncomingDatagramStream {},
      OutgoingDatagramStream: class OutgoingDatagramStream {},
    },
    "wasi:sockets/udp-create-socket": { createUdpSocket: refuse },
    "wasi:sockets/ip-name-lookup": {
      ResolveAddressStream: class ResolveAddressStream {},
      resolveAddresses: refuse,
    },
  };
  return { ...files, ...sockets };
}
