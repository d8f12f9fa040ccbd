// For k6 alone. CommonJS, which k6 takes too: `deno check .` would look for an imported "k6/http".
const http = require("k6/http");
const { check } = require("k6");

exports.default = function () {
  const response = http.get(__ENV.TARGET);
  check(response, { "status is 200": (r) => r.status === 200 });
};
