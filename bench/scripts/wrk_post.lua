-- For wrk alone: wrk … URL -- BYTES
function init(args)
  wrk.method = "POST"
  wrk.body = string.rep("a", tonumber(args[1]))
  request = (function(text) return function() return text end end)(wrk.format())
end
