# Half of at least five judged calls were false: the rule is not believed, and says so itself.
group hygiene
standard 50 takt 60
only out_of_spec

0:00  reading 25.03
0:10  restore false_alarm    says cleared out_of_spec restored as false_alarm
0:20  reading 25.03
0:30  restore true
2:20  reading 25.03
2:30  restore false_alarm
4:20  reading 25.03
4:30  restore true
6:20  reading 25.03
6:30  restore false_alarm    says cleared out_of_spec restored as false_alarm, fault detector out_of_spec:bore_mm
8:20  reading 25.03
8:30  restore true
10:20 reading 25.03
10:30 restore true    says cleared out_of_spec restored as true, fault detector out_of_spec:bore_mm over
