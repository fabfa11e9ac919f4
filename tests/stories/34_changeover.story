# A changeover to a product with a takt of 30 s: white meanwhile, then its own standard holds. Two of its takts without a part would have been one of the other product.
group planned
standard 50 takt 60
only no_cycle

0:00   cycle       -> green
1:00   changeover  -> white                               says plan changeover begins
5:00   product small -> white                             says plan small begins
20:00  set         -> dark                                says plan changeover ends
20:40  cycle       -> green
21:40              -> yellow blinking, sound              says raised no_cycle
21:50  cycle       -> green                               says cleared no_cycle by_itself
