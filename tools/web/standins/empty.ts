/** What a library asks of Node and does not use in a browser. */
export default {};
