// For k6 alone, like k6_get.js.
exports.default = function () {};
