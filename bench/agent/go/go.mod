module rpc_client

go 1.19
