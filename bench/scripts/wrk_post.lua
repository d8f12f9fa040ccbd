-- For wrk alone: wrk -s wrk_post.lua URL -- BYTES
function init(args)
  wrk.method = "POST"
  wrk.body = string.rep("a", tonumber(args[1]))
end
