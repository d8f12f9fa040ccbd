// For k6 alone, like k6_get.js.
const { check } = require("k6");

const times = Number(__ENV.TIMES);

exports.default = function () {
  for (let i = 0; i < times; i++) check(i, { "is a number": (value) => value >= 0 });
};
