// For k6 alone, like k6_get.js.
const { Trend } = require("k6/metrics");

const times = Number(__ENV.TIMES);
const sizes = new Trend("sizes");

exports.default = function () {
  for (let i = 0; i < times; i++) sizes.add(i);
};
