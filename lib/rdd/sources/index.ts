/** Everything that makes an RDD from nothing, from memory or from files. */
import './binary-records'
import './object-file'
import './parallelize'
import './range'
import './text-file'
import './whole-files'
