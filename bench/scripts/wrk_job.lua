-- For wrk alone: wrk -s wrk_job.lua URL -- AUTHORIZATION BINARY
function init(args)
  wrk.method = "POST"
  wrk.headers["authorization"] = args[1]
  wrk.body = '{"name":"bench","users":25,"duration":60,"binary":"' .. args[2] .. '"}'
end
