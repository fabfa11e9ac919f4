# A call that is open for a day is counted as stale: nobody answers it, and nobody took its rule out of service.
group hygiene
standard 50 takt 100
only out_of_spec
gauge one

0:00  reading 25.03  -> yellow blinking, sound    says raised out_of_spec
1441:00  arrive    -> yellow
