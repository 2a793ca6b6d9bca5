package call

const MostAway = mostAway
