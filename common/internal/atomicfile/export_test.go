package atomicfile

// RemoveStaleWith is RemoveStale with another lock than the system's.
var RemoveStaleWith = removeStale
