package space

// Reserves is for tests that limit their own address space.
var Reserves = reserves
