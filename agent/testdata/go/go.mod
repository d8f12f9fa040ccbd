module loadserver

go 1.19
